"""Tests, named for behaviour, on real parts and shipped fakes."""
