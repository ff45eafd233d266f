"""What every part of the tool raises when its user is mistaken."""


class Mistake(Exception):
    """A user's mistake: its text is one sentence that says what is wrong and what to do."""
