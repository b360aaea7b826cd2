"""What is printed or opened in an office program: PDF, DOCX, XLSX, CSV."""
