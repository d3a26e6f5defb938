"""How money is booked."""

from apps.backbone.messages import Money
from apps.payments.domain.ledger import Account, Transfer, balances, transfers
from tests.unit.payments.samples import AUTHORIZED, CAPTURED, REFUND, euros, outcome, refund, void

RECEIVABLE, AUTHORIZED_, SALES, PAYABLE = Account


def booked(past):
    return {key: left for key, left in balances(t for event in past.events for t in transfers(event)).items() if left}


def test_an_authorization_is_pending_until_it_is_captured_or_let_go():
    pending = {(RECEIVABLE, "pending", "EUR"): 100, (AUTHORIZED_, "pending", "EUR"): -100}

    assert booked(AUTHORIZED) == pending
    assert booked(AUTHORIZED.then(void())) == pending
    assert booked(CAPTURED) == {(RECEIVABLE, "posted", "EUR"): 100, (SALES, "posted", "EUR"): -100}


def test_a_refund_is_owed_until_it_is_paid():
    owed = CAPTURED.then(refund(amount=euros(30)))

    assert booked(owed) == {
        (RECEIVABLE, "posted", "EUR"): 100,
        (SALES, "posted", "EUR"): -70,
        (PAYABLE, "posted", "EUR"): -30,
    }
    assert booked(owed.then(outcome(REFUND))) == {(RECEIVABLE, "posted", "EUR"): 70, (SALES, "posted", "EUR"): -70}


def test_a_failed_refund_is_booked_back():
    assert booked(CAPTURED.then(refund(), outcome(REFUND, "failed", code="card_closed"))) == booked(CAPTURED)


def test_currencies_are_never_added_up():
    yen = Transfer(RECEIVABLE, SALES, Money(500, "JPY"))

    assert balances([yen, Transfer(RECEIVABLE, SALES, Money(7, "KWD"))]) == {
        (RECEIVABLE, "posted", "JPY"): 500,
        (SALES, "posted", "JPY"): -500,
        (RECEIVABLE, "posted", "KWD"): 7,
        (SALES, "posted", "KWD"): -7,
    }
