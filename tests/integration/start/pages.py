"""The start pages as somebody fills them in: the form's own values, changed."""

from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.integration.api.shop import person

BUYER = {
    "name": "Ada", "email": "ada@example.org", "street": "1 Mill Lane", "postal_code": "8010", "city": "Graz",
    "region": "", "country": "at", "card": "tok_ok", "shipping": "", "tax": "", "reference": "", "customer_id": "",
}  # fmt: skip


class Desk:
    """A browser, logged in."""

    def __init__(self, *permissions: str) -> None:
        self.client = Client()
        self.client.force_login(person("desk", *permissions))

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(path, query_params=query)

    def token(self, path: str) -> str:
        form = self.client.get(path).context["form"]
        return str(form["token"].value())

    def send(self, path: str, fields: dict[str, Any], token: str = "") -> HttpResponse:
        return self.client.post(path, {"token": token or self.token(path), **fields})


def lines(*rows: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"lines-TOTAL_FORMS": len(rows), "lines-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        told |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return told


def faults(reply: HttpResponse) -> dict[str, list[str]]:
    """What is said beside each field."""
    form = reply.context["form"]
    found = {name: [str(one) for one in errors] for name, errors in form.errors.items()}
    for number, line in enumerate(reply.context.get("formset") or ()):
        found |= {f"{number}-{name}": [str(one) for one in errors] for name, errors in line.errors.items()}
    return found
