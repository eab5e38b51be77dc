import pytest

from zhize.cases.suggest import Suggester
from zhize.cases.suggest.tests.town_letters import letters


@pytest.fixture(scope="package")
def model() -> Suggester:
    return Suggester.train(letters(), trained_on="2016-09-15")
