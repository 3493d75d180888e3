"""The command openoutcry."""
