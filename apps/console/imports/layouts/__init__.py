"""The shapes that a file of orders may have."""

from apps.console.imports.layouts.layout import Buyer, Layout, Line, Postage, Skipped
from apps.console.imports.layouts.superstore import superstore
from apps.console.imports.layouts.uci import uci
from apps.console.imports.layouts.waybill import waybill

LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (waybill, superstore, uci)}

__all__ = ["LAYOUTS", "Buyer", "Layout", "Line", "Postage", "Skipped"]
