"""The Excel store: reads a workbook's values and patches its package without losing a byte."""
