/* Reads a feed with libical, as GNOME, KDE and Orage do: refuses what its parser or its restriction tables (RFC 5546)
   find wrong, and tells what it understood of each entry. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *line_of(char *into, size_t size, void *from) { return fgets(into, (int)size, from); }

static void print_text(const char *text) {
    if (text == NULL) {
        printf("null");
        return;
    }
    putchar('"');
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at == '"' || *at == '\\') printf("\\%c", *at);
        else if (*at < 0x20) printf("\\u%04x", *at);
        else putchar(*at);
    }
    putchar('"');
}

static void print_moment(struct icaltimetype at, int days) {
    if (icaltime_is_null_time(at)) {
        printf("null");
    } else if (icaltime_is_date(at)) {
        icaltime_adjust(&at, days, 0, 0, 0);
        printf("\"%04d-%02d-%02d\"", at.year, at.month, at.day);
    } else {
        struct icaltimetype utc = icaltime_convert_to_zone(at, icaltimezone_get_utc_timezone());
        printf("\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second);
    }
}

static int complaints(icalcomponent *of) {
    int found = 0;
    for (icalproperty *p = icalcomponent_get_first_property(of, ICAL_XLICERROR_PROPERTY); p != NULL;
         p = icalcomponent_get_next_property(of, ICAL_XLICERROR_PROPERTY)) {
        fprintf(stderr, "%s: %s\n", icalcomponent_kind_to_string(icalcomponent_isa(of)), icalproperty_get_xlicerror(p));
        found++;
    }
    for (icalcomponent *c = icalcomponent_get_first_component(of, ICAL_ANY_COMPONENT); c != NULL;
         c = icalcomponent_get_next_component(of, ICAL_ANY_COMPONENT))
        found += complaints(c);
    return found;
}

static void print_event(icalcomponent *event) {
    icalproperty *uid = icalcomponent_get_first_property(event, ICAL_UID_PROPERTY);
    icalproperty *end = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
    printf("{\"uid\":");
    print_text(uid ? icalproperty_get_uid(uid) : NULL);
    printf(",\"starts\":");
    print_moment(icalcomponent_get_dtstart(event), 0);
    printf(",\"ends\":");
    print_moment(end ? icalcomponent_get_dtend(event) : icaltime_null_time(), -1);
    printf(",\"summary\":");
    print_text(icalcomponent_get_summary(event));
    printf(",\"status\":");
    print_text(icalproperty_status_to_string(icalcomponent_get_status(event)));
    printf(",\"description\":");
    print_text(icalcomponent_get_description(event));
    printf(",\"location\":");
    print_text(icalcomponent_get_location(event));
    putchar('}');
}

int main(void) {
    icalparser *parser = icalparser_new();
    icalparser_set_gen_data(parser, stdin);
    icalcomponent *calendar = icalparser_parse(parser, line_of);
    if (calendar == NULL) return fprintf(stderr, "no calendar\n"), 1;
    icalrestriction_check(calendar);
    if (complaints(calendar)) return 1;
    printf("[");
    const char *between = "";
    for (icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT); event != NULL;
         event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        printf("%s", between);
        print_event(event);
        between = ",";
    }
    printf("]");
    return 0;
}
