"""The dashboard's parts; the only importers of streamlit beside app.py and pages/."""
