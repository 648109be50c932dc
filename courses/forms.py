"""Input of the courses' views."""

from django import forms

# Databases raise an error of their own at larger numbers.
LARGEST_ID = 2**31 - 1


class ProgressForm(forms.Form):
    """What a lesson reports about its reader."""

    lesson = forms.IntegerField(min_value=1, max_value=LARGEST_ID)
    anchor = forms.CharField(required=False, max_length=8)
    finished = forms.BooleanField(required=False)
