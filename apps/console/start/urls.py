"""Addresses of the pages that start a workflow."""

from django.urls import path

from apps.console.start import catalog, customer, importing, looks, order, page, pick, sent, stock

urlpatterns = [
    path("start/", page.start, name="start"),
    path("start/order/", order.place_order, name="place-order"),
    path("start/order/<slug:action>/", pick.pick_order, name="pick-order"),
    path("start/receipt/", stock.receive_stock, name="receive-stock"),
    path("start/adjustment/", stock.adjust_stock, name="adjust-stock"),
    path("start/product/", catalog.add_product, name="add-product"),
    path("start/product/<path:sku>/", catalog.change_product, name="change-product"),
    path("start/warehouse/", catalog.open_warehouse, name="open-warehouse"),
    path("start/customer/", customer.add_customer, name="add-customer"),
    path("start/customer/<uuid:customer_id>/", customer.change_customer, name="change-customer"),
    path("start/import/", importing.import_orders, name="import-orders"),
    path("start/import/<str:digest>/", importing.preview, name="import-preview"),
    path("start/import/<str:digest>/errors.csv", importing.errors_file, name="import-errors"),
    path("start/import/<str:digest>/left-out.csv", importing.left_out_file, name="import-left-out"),
    path("start/sent/<uuid:message_id>/", sent.sent, name="sent"),
    path("start/sent/<uuid:message_id>/now/", sent.now, name="sent-now"),
    path("start/products/", looks.products, name="find-products"),
    path("start/customers/", looks.customers, name="find-customers"),
    path("start/availability/", looks.availability, name="availability"),
    path("start/on-hand/", looks.on_hand, name="on-hand"),
]
