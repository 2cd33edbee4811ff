"""One stand-in for all tests that ask one: the files of s3://rehearsal/lake are in a temporary folder."""

from __future__ import annotations

import pytest

from redshift_rehearsal import Rehearsal, Settings, User


@pytest.fixture(scope="session")
def redshift_rehearsal_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        database="shop",
        users=(User("dbt"), User("admin", is_admin=True), User("reader", password="it's a secret")),
        folders={"s3://rehearsal/lake": tmp_path_factory.mktemp("lake")},
    )


@pytest.fixture(scope="session")
def rehearsal(redshift_rehearsal: Rehearsal) -> Rehearsal:
    return redshift_rehearsal
