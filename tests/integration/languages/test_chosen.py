"""Who has chosen a language finds it again in another browser, once logged in."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from apps.console.models import ChosenLanguage
from tests.integration.console.people import administrator, person

pytestmark = pytest.mark.django_db

COOKIE = settings.LANGUAGE_COOKIE_NAME


def choose(client: Client, code: str) -> None:
    client.post(reverse("set_language"), {"language": code, "next": "/admin/"})


def logged_in(name: str) -> Client:
    """In a browser that knows nobody."""
    browser = Client()
    browser.post(reverse("admin:login"), {"username": name, "password": name, "next": "/admin/"})
    return browser


def test_another_browser_shows_the_language_that_was_chosen_last() -> None:
    client = administrator()
    choose(client, "en")
    choose(client, "zh-hant")

    another = logged_in("admin")

    assert another.cookies[COOKIE].value == "zh-hant"
    assert another.get("/schedules/").headers["Content-Language"] == "zh-hant"


def test_one_persons_choice_is_nobody_elses() -> None:
    choose(administrator(), "zh-hant")
    person("other")

    assert COOKIE not in logged_in("other").cookies


@pytest.mark.parametrize("code", ["tlh", "", "de"])
def test_a_language_that_the_shop_does_not_speak_is_not_remembered(code: str) -> None:
    choose(administrator(), code)

    assert not ChosenLanguage.objects.exists()


def test_who_is_not_logged_in_has_the_cookie_alone() -> None:
    client = Client()
    choose(client, "zh-hant")

    assert client.cookies[COOKIE].value == "zh-hant"
    assert not ChosenLanguage.objects.exists()
