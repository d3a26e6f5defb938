"""A customer: registered once, changed as life goes on."""

from operator import attrgetter

import msgspec

from apps.backbone.decider import Decider
from apps.backbone.messages import Command, Event
from apps.orders.commands import ChangeCustomer, RegisterCustomer
from apps.orders.domain.checks import fault_of_customer
from apps.orders.events import Address, CustomerChanged, CustomerRegistered, CustomerRequestRefused


class Customer(msgspec.Struct, frozen=True):
    name: str = ""
    """Empty: not registered yet."""
    email: str = ""
    address: Address | None = None


def decide(command: Command, customer: Customer) -> list[Event]:
    match command:
        case RegisterCustomer() if customer.name:
            return []
        case RegisterCustomer() | ChangeCustomer() if fault := fault_of_customer(command):
            return [refused(command, fault)]
        case RegisterCustomer():
            return [CustomerRegistered(**msgspec.structs.asdict(command))]
        case ChangeCustomer() if not customer.name:
            return [refused(command, "customer_id: no such customer")]
        case ChangeCustomer() if as_said(command) == customer:
            return []
        case ChangeCustomer():
            return [CustomerChanged(**msgspec.structs.asdict(command))]
    raise TypeError(f"Customer does not know {command.type}")


def refused(command: RegisterCustomer | ChangeCustomer, reason: str) -> CustomerRequestRefused:
    return CustomerRequestRefused(customer_id=command.customer_id, asked=command.type, reason=reason)


def as_said(said: ChangeCustomer | CustomerRegistered | CustomerChanged) -> Customer:
    return Customer(name=said.name, email=said.email, address=said.address)


def evolve(customer: Customer, event: Event) -> Customer:
    return as_said(event) if isinstance(event, CustomerRegistered | CustomerChanged) else customer


customer = Decider("customer", Customer(), decide, evolve, identify=attrgetter("customer_id"))
