"""What the local Sheets API server does, seen through gspread and through plain HTTP."""
