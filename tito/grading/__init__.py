"""Grading a class: sanitise -> execute -> score, with nbgrader's own parts."""
