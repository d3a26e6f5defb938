"""A key to the HTTP API for one user: `manage.py api_token USER [--name NAME]`; `--revoke` takes all of them away."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.backbone.shop import need_shop
from apps.console.api.auth import issue
from apps.console.models import ApiToken


class Command(BaseCommand):
    help = "Print a new API token for a user, once; or revoke all of a user's tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user", help="the user's name")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument("--revoke", action="store_true", help="take away all tokens of this user")

    def handle(self, *, user: str, name: str, revoke: bool, **options: Any) -> None:
        need_shop()
        found = get_user_model().objects.filter(username=user).first()
        if found is None:
            raise CommandError(f"There is no user {user}.")
        if revoke:
            count, _ = ApiToken.objects.filter(user=found).delete()
            self.stdout.write(f"{count} tokens revoked")
        else:
            self.stdout.write(issue(found, name))
