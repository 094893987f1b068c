"""The app: who is signed in, and the pages of that role. Nothing else."""

from __future__ import annotations

import streamlit as st

from selfproof.access import Role
from ui import frame, password, who
from ui.words import t

st.set_page_config(page_title=t("ui.title"), page_icon="📄", layout="centered")
frame.dress()
desk = who.desk()
frame.bar(desk)
match desk.session.role:
    case Role.OWNER:
        from ui.owner import run

        run(desk)
    case Role.REVIEWER:
        from ui.review import show

        frame.only(show, t("access.role_reviewer"))
    case Role.RISK:
        from ui import risk_pages

        risk_pages.run(desk)
    case Role.ADMIN:
        from ui.admin import show

        frame.only(show, t("access.role_admin"))
password.offer(desk)
