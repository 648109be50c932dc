"""Encryption of fields and sessions."""

import base64

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions.contacts import get_or_create_contact
from accounts.enums import Channel
from accounts.models import ContactPoint
from core.crypto import DecryptionError, blind_index, decrypt, encrypt
from core.sessions import EncryptedSerializer

OLD = base64.urlsafe_b64encode(b"o" * 32).decode()
NEW = base64.urlsafe_b64encode(b"n" * 32).decode()


@given(st.binary(max_size=200))
def test_decrypt_returns_what_was_encrypted(plain):
    assert decrypt(encrypt(plain, context="a.b"), context="a.b") == plain


def test_equal_texts_do_not_look_equal():
    assert encrypt(b"138", context="a") != encrypt(b"138", context="a")


def test_a_ciphertext_of_another_column_is_refused():
    with pytest.raises(DecryptionError):
        decrypt(encrypt(b"138", context="accounts.user.name"), context="events.registration.name")


def test_an_altered_ciphertext_is_refused():
    sealed = bytearray(encrypt(b"138", context="a"))
    sealed[-1] ^= 1
    with pytest.raises(DecryptionError):
        decrypt(bytes(sealed), context="a")


def test_an_old_key_still_decrypts_and_the_first_encrypts(settings):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    sealed = encrypt(b"x", context="a")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert decrypt(sealed, context="a") == b"x"
    fresh = encrypt(b"y", context="a")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert decrypt(fresh, context="a") == b"y"
    with pytest.raises(DecryptionError):
        decrypt(sealed, context="a")


def test_blind_index_depends_on_value_purpose_and_key(settings):
    index = blind_index("+8613800138000", purpose="contact:sms")
    assert index == blind_index("+8613800138000", purpose="contact:sms")
    assert index != blind_index("+8613800138000", purpose="contact:last4")
    settings.BLIND_INDEX_KEY = NEW
    assert index != blind_index("+8613800138000", purpose="contact:sms")


def test_session_serializer_hides_its_content():
    sealed = EncryptedSerializer().dumps({"phone": "13800138000"})
    assert b"13800138000" not in sealed
    assert EncryptedSerializer().loads(sealed) == {"phone": "13800138000"}


@pytest.mark.django_db
def test_a_contact_point_is_unreadable_in_the_database_and_found_however_it_is_typed(now):
    contact = get_or_create_contact(channel=Channel.SMS, value="１３８ 0013 8000", now=now)
    again = get_or_create_contact(channel=Channel.SMS, value="+86-13800138000", now=now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_contactpoint")
        stored = " ".join(str(column) for row in cursor.fetchall() for column in row)
    assert again.pk == contact.pk
    assert ContactPoint.objects.get().value == "+8613800138000"
    assert "138" not in stored.split(" ")[2]
    assert "13800138000" not in stored
    assert contact.masked == "138****8000"


@pytest.mark.django_db
def test_an_encrypted_field_refuses_to_be_searched():
    with pytest.raises(FieldError):
        ContactPoint.objects.filter(value="+8613800138000").exists()
