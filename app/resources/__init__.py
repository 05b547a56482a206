"""What the API serves: one module for each resource, with its filters, its orders and its routes."""
