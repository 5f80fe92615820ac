"""What a study gives to its figures."""

from __future__ import annotations

from lmwalk.figures._drawing import Material

StudyData = Material
