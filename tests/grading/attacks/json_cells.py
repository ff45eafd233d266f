"""The cells of the notebook are not cells."""

points = (0, 0)
reason = "not a notebook that can be read"


def files(folder):
    path = folder / "pair.ipynb"
    path.write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": 3, "cells": [1, null, {}]}')
