"""The city's tools: services, places, routing and cases. Nothing here knows that a language model exists."""
