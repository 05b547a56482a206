"""What the API serves, one module a resource: its filters, its orders, its routes."""
