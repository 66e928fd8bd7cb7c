-- A short list to begin with: insults and slurs that a petition of this kind meets. Staff add to it and take from it.
INSERT INTO signatures_flaggedword (text) VALUES
    ('អាឆ្កែ'), ('អាចោរ'), ('អាចង្រៃ'), ('អាឆ្កួត'), ('អាល្ងង់'), ('ឡប់សតិ'), ('ក្បត់ជាតិ'), ('យួន'), ('ចុយម៉ែ'), ('ជុយម៉ែ'),
    ('ស្រីខូច'), ('មេសំផឹង'), ('សម្លាប់វា'), ('សម្លាប់ចោល'), ('ងាប់ទៅ'),
    ('idiot'), ('stupid'), ('moron'), ('scum'), ('traitor'), ('bastard'), ('bitch'), ('whore'), ('fuck'), ('fucking'), ('shit'),
    ('asshole'), ('cunt'), ('faggot'), ('nigger'), ('retard'), ('yuon'), ('kill yourself'), ('kill him'), ('kill them')
ON CONFLICT (text) DO NOTHING;
