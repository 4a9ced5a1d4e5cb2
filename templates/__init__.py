"""What people see: the summary tab, the starter workbook, and words."""
