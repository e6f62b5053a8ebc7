"""The city's knowledge: articles, their passages, and the index that finds them."""
