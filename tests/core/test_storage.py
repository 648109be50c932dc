"""Private files: no address, readable by this process only, apart from public uploads."""

import stat

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from core.storage import PrivateFileStorage, private_storage


def test_a_private_file_has_no_address_and_tight_permissions(tmp_path):
    storage = PrivateFileStorage(location=str(tmp_path / "private"))
    name = storage.save("evidence/receipt.txt", ContentFile(b"138"))
    path = tmp_path / "private" / name
    with pytest.raises(ValueError, match="no address"):
        storage.url(name)
    assert storage.open(name).read() == b"138"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_private_and_public_files_are_apart():
    private = private_storage()
    assert isinstance(private, PrivateFileStorage)
    assert not str(private.location).startswith(str(settings.MEDIA_ROOT))


@pytest.mark.parametrize("name", ["../outside.txt", "/etc/passwd"])
def test_a_name_cannot_leave_the_folder(tmp_path, name):
    storage = PrivateFileStorage(location=str(tmp_path / "private"))
    with pytest.raises(SuspiciousFileOperation):
        storage.save(name, ContentFile(b"x"))
