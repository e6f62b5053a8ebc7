"""Evaluation: scenarios, runs, labels, and the measurements that keep the assistant honest."""
