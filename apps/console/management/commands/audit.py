"""`manage.py audit`: does the shop add up? A line for each invariant; exit 1 if one is broken."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.backbone.shop import need_shop
from apps.console.audit import Examination, Finding, examine


class Command(BaseCommand):
    help = "Prove on the running database, by SQL of its own, that stock, money, log, inboxes and read models add up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="everything as one JSON object")

    def handle(self, **options: Any) -> None:
        need_shop()
        examination = examine()
        for line in [as_json(examination)] if options["json"] else lines(examination):
            self.stdout.write(line)
        if examination.broken:
            raise SystemExit(1)


def lines(examination: Examination) -> list[str]:
    return [
        *(f"info    {one.name}: {one.count} ({one.says})" for one in examination.counts),
        *(line(finding) for finding in examination.findings),
        examination.verdict,
    ]


def line(finding: Finding) -> str:
    if not finding.broken:
        return f"ok      {finding.name}: {finding.says}"
    examples = "; ".join(finding.examples)
    more = "; …" if finding.count > len(finding.examples) else ""
    return f"BROKEN  {finding.name}: {finding.says}: {finding.count} not: {examples}{more}"


def as_json(examination: Examination) -> str:
    told = {
        "invariants": len(examination.findings),
        "broken": len(examination.broken),
        "findings": [asdict(finding) | {"broken": finding.broken} for finding in examination.findings],
        "counts": [asdict(one) for one in examination.counts],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)
