"""What the orders service decides: orders with their shipments, customers, and mail that was sent."""

from apps.orders.domain.customer import customer
from apps.orders.domain.notification import notification
from apps.orders.domain.order import order

__all__ = ["customer", "notification", "order"]
