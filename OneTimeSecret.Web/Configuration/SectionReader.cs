using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace OneTimeSecret.Web.Configuration;

/// <summary>
/// Binds one section to its options class and collects every mistake with its full key. The framework's binder stops at the first mistake
/// and ignores unknown keys.
/// </summary>
internal static class SectionReader
{
    public static T Read<T>(IConfigurationSection section, ICollection<string> mistakes)
        where T : class, new()
    {
        var options = new T();
        var properties = typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public);
        foreach (var property in properties)
            ReadProperty(options, property, section.GetSection(property.Name), mistakes);

        if (!string.IsNullOrEmpty(section.Value))
            mistakes.Add($"{section.Path} is a section, not a setting: set {section.Path}:SETTING");
        foreach (var child in section.GetChildren().Where(child => !Array.Exists(properties, p => Same(p.Name, child.Key))))
            mistakes.Add($"{child.Path}: there is no such setting");
        if (options is IValidatableObject checks)
            foreach (var result in checks.Validate(new ValidationContext(options)))
                mistakes.Add($"{section.Path}:{result.MemberNames.FirstOrDefault()} {result.ErrorMessage}");
        return options;
    }

    private static void ReadProperty(object options, PropertyInfo property, IConfigurationSection setting, ICollection<string> mistakes)
    {
        if (property.GetValue(options) is IList<string> list)
        {
            // A list is a JSON array, or a text with commas in an environment variable or argument.
            var items = setting.Value?.Split(',') ?? setting.GetChildren().Select(child => child.Value ?? "");
            foreach (var item in items.Select(item => item.Trim()).Where(item => item.Length > 0))
                list.Add(item);
            return;
        }
        foreach (var child in setting.GetChildren())
            mistakes.Add($"{child.Path}: there is no such setting");
        if (setting.Value is { } text)
        {
            if (TryConvert(text, property.PropertyType, out var value))
                property.SetValue(options, value);
            else
                mistakes.Add($"{setting.Path} is '{text}', but must be {Describe(property.PropertyType)}");
        }
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>().Where(rule => !rule.IsValid(property.GetValue(options))))
            mistakes.Add($"{setting.Path} is '{property.GetValue(options)}', but must be {Describe(rule)}");
    }

    private static bool TryConvert(string text, Type type, out object? value)
    {
        try
        {
            // An empty text counts as not set, because an environment variable may be defined but empty.
            if (type == typeof(string))
            {
                value = text.Length > 0 ? text : null;
                return true;
            }
            value = TypeDescriptor.GetConverter(Nullable.GetUnderlyingType(type) ?? type).ConvertFromInvariantString(text);
            return !type.IsEnum || Enum.IsDefined(type, value!);
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException or NotSupportedException)
        {
            value = null;
            return false;
        }
    }

    private static string Describe(ValidationAttribute rule) => rule switch
    {
        RangeAttribute range => $"between {range.Minimum} and {range.Maximum}",
        RequiredAttribute => "set",
        _ => rule.FormatErrorMessage("it"),
    };

    private static string Describe(Type type) =>
        type == typeof(bool) ? "true or false" : type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type)) : "a whole number";

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
}
