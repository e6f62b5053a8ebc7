"""Other ways of searching, to measure ours against: nothing of the product needs them."""
