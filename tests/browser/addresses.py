"""Which public pages the browser looks at, and where. ``tests/edu_site/test_looked_at.py`` finds what is missing here."""

LESSON = "/courses/decision/beginner/fund-summary/"
EVENT = "/events/fee-salon-shanghai/"
FULL_EVENT = "/events/silver-class-codes-hangzhou/"
# One address of each type of page in the tree; all of them are among ADDRESSES.
PAGE_TYPES = {
    "edu_site.HomePage": "/",
    "edu_site.InfoPage": "/about/",
    "courses.CourseIndexPage": "/courses/",
    "courses.TrackPage": "/courses/decision/",
    "courses.CoursePage": "/courses/decision/beginner/",
    "courses.LessonPage": LESSON,
    "courses.ArticleIndexPage": "/articles/",
    "courses.ColumnPage": "/articles/columns/",
    "courses.ArticlePage": "/articles/alerts/pay-first-recovery/",
    "events.EventIndexPage": "/events/",
    "events.EventPage": EVENT,
}
# What opens for anyone at an address that is known.
ADDRESSES = [
    "/", "/?guess=c",
    "/courses/", "/courses/decision/", "/courses/decision/beginner/", "/courses/decision/advanced/",
    LESSON, LESSON + "?guess=b&check=c", LESSON + "?value=0.7", "/courses/allocation/beginner/baskets/", "/courses/rights/beginner/bait/",
    "/articles/", "/articles/columns/", "/articles/cases/", "/articles/alerts/pay-first-recovery/", "/articles/?tag=没有这个标签",
    "/articles/archive/", "/articles/archive/2000/1/",
    "/glossary/", "/glossary/redemption-fee/", "/drills/", "/drills/mentor-group/", "/paths/", "/paths/elders/",
    "/tools/", "/search/", "/search/?q=赎回", "/search/?q=风险&track=rights", "/search/?q=zzzz",
    "/quizzes/", "/quizzes/d-03/", "/quizzes/d-03/start/", "/quizzes/tier-beginner/", "/verify/", "/verify/ABCD-EFGH-JKMN/",
    "/events/", "/events/past/", EVENT, EVENT + "register/", "/j", "/events/manage/no-such-token/",
    "/newsletters/", "/newsletters/subscribe/", "/newsletters/subscribe/sent/", "/newsletters/unsubscribe/no-such-token/",
    "/me/review/unsubscribe/no-such-token/",
    "/accounts/login/", "/accounts/password/", "/accounts/staff/login/", "/accounts/code/", "/accounts/welcome/", "/accounts/deleted/",
    "/about/", "/about/messages/", "/rights/", "/help/", "/help/now/", "/help/complaints/", "/privacy/", "/accessibility/",
    # 403, 404 and 405.
    "/accounts/inactive/", "/no-such-page/", "/me/bookmarks/",
]  # fmt: skip
# Looked at in every combination of modes.
SAMPLED = {"/", LESSON, EVENT, EVENT + "register/", "/help/now/"}

# The names of addresses that a test comes to on its way, and that test.
ON_THE_WAY = {
    "quizzes:question": "test_pages.test_a_quiz_from_the_first_question_to_the_result",
    "quizzes:finish": "test_pages.test_a_quiz_from_the_first_question_to_the_result",
    "quizzes:result": "test_pages.test_a_quiz_from_the_first_question_to_the_result",
    "events:register_code": "test_pages.test_signing_up_for_a_seminar_and_leaving_it",
    "events:register_done": "test_pages.test_signing_up_for_a_seminar_and_leaving_it",
    "events:manage": "test_pages.test_signing_up_for_a_seminar_and_leaving_it",
    "events:ticket": "test_pages.test_signing_up_for_a_seminar_and_leaving_it",
    "newsletters:code": "test_pages.test_subscribing_by_phone",
    "newsletters:confirm": "test_pages.test_subscribing_and_leaving",
    "newsletters:manage": "test_pages.test_subscribing_and_leaving",
    "newsletters:letter": "test_pages.test_a_letter_that_was_sent",
    "account_logout": "test_pages.test_signing_in_and_the_desk",
    "me:name": "test_pages.test_signing_in_and_the_desk",
    "me:privacy": "test_pages.test_signing_in_and_the_desk",
    "me:add_contact": "test_pages.test_signing_in_and_the_desk",
    "me:delete": "test_pages.test_signing_in_and_the_desk",
    "my_newsletters": "test_pages.test_signing_in_and_the_desk",
    "me:desk": "test_pages.test_a_desk_that_is_used",
    "learning_notes": "test_pages.test_a_desk_that_is_used",
    "edit_note": "test_pages.test_a_desk_that_is_used",
    "lesson_progress": "test_pages.test_a_desk_that_is_used",
    "lesson_marks": "test_pages.test_a_desk_that_is_used",
    "path_progress": "test_pages.test_a_desk_that_is_used",
    "lesson_clarity": "test_pages.test_saying_whether_a_lesson_was_clear",
    "certificate_list": "test_pages.test_signing_in_and_the_desk",
    "certificate": "test_certificates.test_a_guest_passes_the_test_signs_up_and_a_stranger_checks_the_certificate",
    "reviews:overview": "test_reviews.test_todays_question_is_answered_on_a_phone_without_script",
    "reviews:today": "test_reviews.test_todays_question_is_answered_on_a_phone_without_script",
    "reviews:question": "test_reviews.test_todays_question_is_answered_on_a_phone_without_script",
}

_PRESSED = "pressed, never opened: it answers by leading on, or with the page of 405"
_FILE = "a file, not a page"
_MACHINE = "for machines"
_STAFF = "for staff only: the second factor of their sign-in, in the same frame as the reader's"
# The names of addresses that no browser need look at, and why.
EXEMPT = {
    r"^((?:[\w\-]+/)*)$": "the tree of pages: PAGE_TYPES",
    "wagtail_serve": "the tree of pages: PAGE_TYPES",
    "accounts/": "leads on to the desk",
    "j/": "the same page as events:short_code",
    "account_signup": "the same page as account_login",
    "healthz": _MACHINE,
    "readyz": _MACHINE,
    "account_reauthenticate": _STAFF,
    "mfa_index": _STAFF,
    "mfa_authenticate": _STAFF,
    "mfa_reauthenticate": _STAFF,
    "mfa_activate_totp": _STAFF,
    "mfa_deactivate_totp": _STAFF,
    "mfa_view_recovery_codes": _STAFF,
    "mfa_generate_recovery_codes": _STAFF,
    "mfa_download_recovery_codes": _FILE,
    "path_handbook": _FILE,
    "path_handbook_large": _FILE,
    "certificate_pdf": _FILE,
    "media_captions": _FILE,
    "media": _FILE,
    "wagtaildocs_serve": _FILE,
    "events:calendar": _FILE,
    "events:event_calendar": _FILE,
    "me:export": _FILE,
    "mail_hooks:receipts": _MACHINE,
    "messaging:sms_receipts": _MACHINE,
    "messaging:sms_replies": _MACHINE,
    "wechat_verification": _MACHINE,
    "wechat_signature": _MACHINE,
    "search_suggest": _MACHINE,
    "lesson_feed": _MACHINE,
    "article_feed": _MACHINE,
    "column_feed": _MACHINE,
    "sitemap": _MACHINE,
    "robots": _MACHINE,
    "set_preference": _PRESSED,
    "record_progress": _PRESSED,
    "merge_progress": _PRESSED,
    "see_changes": _PRESSED,
    "remove_bookmark": _PRESSED,
    "remove_note": _PRESSED,
    "lesson_note": _PRESSED,
    "issue_certificate": _PRESSED,
    "accounts:resend": _PRESSED,
    "me:withdraw": _PRESSED,
    "me:remove_contact": _PRESSED,
    "events:join_waitlist": _PRESSED,
    "reviews:mail": _PRESSED,
    "reviews:pause": _PRESSED,
    "reviews:resume": _PRESSED,
    "reviews:recall": _PRESSED,
    "reviews:forget": _PRESSED,
    "events:form_fragment": "a part of EVENT, looked at there",
    "me:header": "a word in the header of every page",
    "wagtaildocs_authenticate_with_password": "documents and pages have no passwords here",
    "wagtailcore_authenticate_with_password": "documents and pages have no passwords here",
    "wagtailcore_login": "documents and pages have no passwords here",
}
# The tools have a file of their own, which goes through the catalogue.
BY_CATALOGUE = "tool_"
