"""Payments: what was authorized, captured and given back, and the door to the gateway."""
