"""Messages to people: rendered from templates, sent by SMTP or laid down in the mailbox folder of the instance."""
