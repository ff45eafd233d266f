"""Faults that others reported of such frameworks are not in this one."""

import pytest
from conformance.reports import REPORTS


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of what is infinite on the way
@pytest.mark.parametrize("name", REPORTS)
def test_a_reported_fault_is_not_here(name):
    call, right = REPORTS[name]
    assert call() == right
