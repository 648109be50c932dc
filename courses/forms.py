"""Input of the courses' views."""

from django import forms


class ProgressForm(forms.Form):
    """What a lesson reports about its reader."""

    lesson = forms.IntegerField(min_value=1)
    anchor = forms.CharField(required=False, max_length=8)
    finished = forms.BooleanField(required=False)
