"""From MJML to the HTML that mail programs show, with nothing in it that loads from anywhere."""

import css_inline
import mrml
from django.utils.translation import gettext as _

from messaging.errors import TemplateError

_INLINER = css_inline.CSSInliner(
    inline_style_tags=True, keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False
)
# By default mrml links the web fonts of another host, and offers includes.
_RENDERING = mrml.RenderOptions(disable_comments=True, fonts={})
_PARSING = mrml.ParserOptions(include_loader=mrml.noop_loader())


def html_of(source: str) -> str:
    """Return the page of an MJML ``source``, styles inlined; raise ``TemplateError`` when it is not well formed."""
    try:
        page = mrml.to_html(source.strip(), parser_options=_PARSING, render_options=_RENDERING)
        return _INLINER.inline(page.content)
    except (OSError, css_inline.InlineError) as error:
        raise TemplateError(_("邮件版式写得不对，无法生成。")) from error
