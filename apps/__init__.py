"""Waybill: the services, the backbone under them and the console above them."""
