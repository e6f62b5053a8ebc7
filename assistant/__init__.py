"""The assistant: reads a message, decides what to do, acts through tools, and words the reply."""
