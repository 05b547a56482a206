"""What a client may ask: parameters, filters, orders, cursors and states of the past."""
