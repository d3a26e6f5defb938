"""The fast path for what is due and was not tried yet: given its tries anew by a person, or the next of its line."""

from collections.abc import Sequence

from apps.backbone import inbox, lines, log
from apps.backbone.batch.together import in_one_transaction
from apps.backbone.inbox import Subscriber, Taken
from apps.backbone.models import Inbox

Due = tuple[Inbox, Taken]


def take_again(subscriber: Subscriber, due: Sequence[Due]) -> None:
    """Count and commit a first try of them all, then make it in one transaction; raises what goes wrong there.

    A process that dies in it leaves them counted: they are tried one by one, and alone, once the lease is over.
    """
    with log.transaction():
        claimed = inbox.claim([row.pk for row, _ in due])
    ours = [(row, one) for row, one in due if row.pk in claimed]
    try:
        in_one_transaction(subscriber, [one for _, one in ours], lambda: _take(subscriber, ours))
    except Exception:
        with log.transaction():
            inbox.give_back(claimed)
        raise


def _take(subscriber: Subscriber, due: Sequence[Due]) -> None:
    """Their lines are locked before themselves, as people's repairs do."""
    heads = lines.heads(subscriber.name, {one.key for _, one in due if one.key})
    still = inbox.still_claimed([row.pk for row, _ in due])
    taken = [one for row, one in due if row.pk in still]
    subscriber.prefetch(taken)
    for one in taken:
        subscriber.handle(one.message, one.envelope)
    done = {one.envelope.message_id for one in taken}
    inbox.mark_all_done(subscriber.name, done)
    lines.release_all(subscriber.name, [key for key, head in heads.items() if head.message_id in done])


def may_go_together(subscriber: Subscriber, due: Sequence[Due]) -> list[Due]:
    """Not tried yet, without a call to the outside, and none of whose line is tried alone."""
    alone = {one.key for row, one in due if row.tries and one.key}
    chosen = [pair for pair in due if not pair[0].tries and pair[1].key not in alone]
    together = [pair for pair in chosen if not subscriber.outside_call(pair[1].message)]
    return together if len(together) > 1 else []
