"""What HTTP asks of every answer: routes, caching, compression, errors, formats, and the OpenAPI document."""
