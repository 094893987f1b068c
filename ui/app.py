"""The app: navigation, nothing else."""

from __future__ import annotations

import streamlit as st

from ui import limit
from ui.widgets import guarded
from ui.words import t

st.set_page_config(page_title=t("ui.title"), page_icon="📄", layout="centered")
st.navigation(
    [st.Page(guarded(limit.show), title=t("ui.title"), url_path="limit", default=True)], position="hidden"
).run()
