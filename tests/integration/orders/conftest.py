"""After every test here: no message is stuck, and every read model is what a replay gives."""

import pytest

from apps.backbone.models import Inbox
from apps.backbone.projector import projections
from apps.backbone.rebuild import verify


@pytest.fixture(autouse=True)
def _nothing_is_left_behind(db):
    yield
    left = Inbox.objects.exclude(state=Inbox.State.DONE)
    assert list(left.values_list("consumer", "type", "error")) == []
    assert [name for name, one in projections.items() if verify(one).changed] == []
