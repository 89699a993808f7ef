"""How good the checks are: answers broken in many small ways, and which of them pass."""
