-- The reasons that the site begins with. Staff edit their words and add others; their codes are stored for good.
INSERT INTO signatures_reason (code, words_km, words_en, for_hiding, for_holding, "order", is_active) VALUES
    ('abuse', 'ការប្រមាថ ឬការគំរាមកំហែង', 'insult or threat', true, true, 1, true),
    ('advertising', 'ការផ្សាយពាណិជ្ជកម្ម ឬតំណ', 'advertising or links', true, true, 2, true),
    ('personal', 'និយាយរឿងផ្ទាល់ខ្លួនរបស់នរណាម្នាក់', 'says something personal about somebody', true, true, 3, true),
    ('off_topic', 'មិនទាក់ទងនឹងញត្តិ', 'not about the petition', true, true, 4, true),
    ('not_a_name', 'មិនមែនជាឈ្មោះមនុស្ស', 'not a person''s name', true, true, 5, true),
    ('duplicate', 'មនុស្សតែម្នាក់ចុះពីរដង', 'the same person twice', true, true, 6, true),
    ('fraud', 'ចុះដោយម៉ាស៊ីន ឬចុះជំនួសអ្នកដទៃ', 'signed by a machine or for somebody else', true, true, 7, true),
    ('other', 'មូលហេតុផ្សេង', 'another reason', true, true, 8, true),
    ('suspicious', 'គេហទំព័រសង្ស័យដោយខ្លួនឯង', 'noticed by the site itself', false, true, 9, true),
    ('review', 'ទុកពិនិត្យ ពេលពិនិត្យទាំងអស់', 'kept to be looked at, while all are', false, true, 10, true)
ON CONFLICT (code) DO NOTHING;
