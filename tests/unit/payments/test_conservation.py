"""Whatever is asked, whenever the gateway answers: never more money moved than there is, and every account adds up."""

from datetime import timedelta
from uuid import UUID

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from apps.backbone.messages import Command, Event
from apps.payments.commands import VoidPayment
from apps.payments.domain import payment, transfers
from apps.payments.domain.ledger import Account, balances
from apps.payments.events import (
    PaymentCancellationSettled,
    PaymentCaptured,
)
from tests.unit.payments.samples import (
    NOW,
    ORDER,
    PAYMENT,
    authorize,
    capture,
    euros,
    outcome,
    refund,
    settle,
)

amounts = st.integers(min_value=-1, max_value=130).map(euros)
results = st.sampled_from(["succeeded", "failed", "unknown"])


class OnePayment(RuleBasedStateMachine):
    """Commands and answers in any order, answers repeated and contradicting each other."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.now = NOW
        self.asked = 0

    @property
    def state(self):
        return payment.fold(self.events)

    def decide(self, command: Command) -> None:
        self.events += payment.outcome(self.events, command, self.now)

    def new_id(self) -> UUID:
        self.asked += 1
        return UUID(int=1000 + self.asked)

    @initialize(depth=st.sampled_from([0, 1, 1, 2]))
    def begin(self, depth):
        for ask in (authorize, capture)[:depth]:
            operation = self.new_id()
            self.decide(ask(operation))
            self.decide(outcome(operation))

    @rule(amount=amounts)
    def authorize(self, amount):
        self.decide(authorize(self.new_id(), amount))

    @rule(amount=amounts)
    def capture(self, amount):
        self.decide(capture(self.new_id(), amount))

    @rule(amount=amounts)
    def refund(self, amount):
        self.decide(refund(self.new_id(), amount))

    @rule(reason=st.sampled_from(["given_up", "auth_expired", "cancelled", ""]))
    def close(self, reason):
        if reason == "cancelled":
            self.decide(settle)
        elif reason:
            self.decide(VoidPayment(payment_id=PAYMENT, order_id=ORDER, operation_id=self.new_id(), reason=reason))

    @precondition(lambda self: self.state.waits())
    @rule(pick=st.randoms(), result=results)
    def answer(self, pick, result):
        waiting = [key for key, operation in self.state.operations.items() if operation.open]
        self.decide(outcome(pick.choice(waiting), result, first_sent_at=NOW))

    @precondition(lambda self: self.state.operations)
    @rule(pick=st.randoms(), result=results)
    def answer_again(self, pick, result):
        self.decide(outcome(pick.choice(list(self.state.operations)), result, first_sent_at=NOW))

    @rule(hours=st.integers(min_value=1, max_value=50))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    def teardown(self):
        """However it went: once the gateway answers, a cancellation settles."""
        for _ in range(4):
            self.decide(settle)
            for operation, known in self.state.operations.items():
                if known.open:
                    self.decide(outcome(operation))
        assert self.state.settled
        assert (self.state.held, self.state.captured - self.state.refunded) == (0, 0)

    @invariant()
    def never_more_than_there_is(self):
        state = self.state
        assert 0 <= state.refunded <= state.captured <= state.authorized
        assert state.held >= 0
        assert state.refundable >= 0

    @invariant()
    def captured_at_most_once(self):
        assert sum(isinstance(event, PaymentCaptured) for event in self.events) <= 1

    @invariant()
    def settled_means_that_nothing_is_held_or_owed(self):
        settlements = [event for event in self.events if isinstance(event, PaymentCancellationSettled)]
        assert len(settlements) <= 1
        if settlements:
            assert not self.state.waits()
            assert (self.state.held, self.state.captured - self.state.refunded) == (0, 0)

    @invariant()
    def the_ledger_is_balanced_and_agrees(self):
        state, book = self.state, balances(t for event in self.events for t in transfers(event))
        in_flight = state.captured - state.refunded - state.refundable
        assert sum(book.values()) == 0
        assert book[Account.CUSTOMER_AUTHORIZED, "pending", "EUR"] == -state.held
        assert book[Account.GATEWAY_RECEIVABLE, "pending", "EUR"] == state.held
        assert book[Account.GATEWAY_RECEIVABLE, "posted", "EUR"] == state.captured - state.refunded
        assert book[Account.SALES_CLEARING, "posted", "EUR"] == -state.refundable
        assert book[Account.REFUNDS_PAYABLE, "posted", "EUR"] == -in_flight
        assert book[Account.CUSTOMER_AUTHORIZED, "posted", "EUR"] == 0


OnePayment.TestCase.settings = settings(max_examples=400, stateful_step_count=30, deadline=None)
TestOnePayment = OnePayment.TestCase
